"""The charts of a report, as SVG text written by hand: pure functions, the same input the same bytes, no script and no style."""
