from benchharness.comparison.power import connor_examples, smallest_gap


def test_connors_sample_sizes_are_the_published_ones() -> None:
    assert connor_examples(0.45, 0.05, alpha=0.05, power=0.80, two_sided=True) == 23
    assert connor_examples(0.45, 0.05, alpha=0.05, power=0.90) == 23


def test_without_a_lead_no_number_of_examples_proves_one() -> None:
    assert connor_examples(0.1, 0.1) is None
    assert connor_examples(0.05, 0.1) is None
    assert connor_examples(0.05, 0.1, two_sided=True) == connor_examples(0.1, 0.05, two_sided=True)


def test_the_smallest_gap_is_the_one_whose_sample_size_is_n() -> None:
    gap = smallest_gap(200, 0.2)
    assert gap is not None
    assert connor_examples((0.2 + gap) / 2, (0.2 - gap) / 2) == 200
    larger = smallest_gap(100, 0.2)
    assert larger is not None
    assert larger > gap


def test_too_few_examples_show_no_gap_at_all() -> None:
    assert smallest_gap(20, 0.1) is None
    assert smallest_gap(0, 0.1) is None
    assert smallest_gap(50, 0.0) is None
