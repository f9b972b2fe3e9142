"""The charts of a report, as SVG text written by hand: pure functions, the same input the same bytes, no script and no style.

Every colour and width is an attribute with a light theme's value, so a chart is right where a host strips all CSS. A page may
override them by class, below `svg.chart`:

- surface: `surface` (background), `hollow` (a shape filled with it), `halo` (its stroke around text)
- grounds: `grid`, `axis`; lines that matter: `target`, `bar`, `here`, `zero`, `frontier`, `leader`, `zone`, `zone-edge`
- by path (`api`, `fine-tuned`, `self-hosted`, `classical`, `ruled-out`): `mark`, `interval`, `band`, `edge`; of pairs: `paired`
- strong words: `name`, `best`, `rate`, `target-word`, `bar-word`, `here-word`
- quiet words: `tick`, `heading`, `axis-title`, `legend`, `note`, `value`, `beaten`, `faint`, `zone-word`
"""
