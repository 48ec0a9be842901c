"""Which row said it first: as a dictionary would tell, in a tenth of its memory."""

import sys
from random import Random

from zhijia.kernel.sheets.firsts import Firsts


def test_first_row_is_what_a_dictionary_tells_also_when_there_are_more_than_expected() -> None:
    chance, known, firsts = Random(7), dict[int, int](), Firsts(10)
    for row in range(1, 20_001):
        said = chance.choice((0, -1, 2**63 - 1, -(2**63), chance.randrange(-9_000, 9_000)))
        assert firsts.first(said, row) == known.setdefault(said, row)
    assert len(known) > 3_000


def test_hundred_thousand_rows_need_few_megabytes_and_none_beside() -> None:
    firsts, chance = Firsts(100_000), Random(1)
    before = sys.getsizeof(firsts._hashes) + sys.getsizeof(firsts._rows)
    for row in range(1, 100_001):
        firsts.first(chance.getrandbits(63), row)
    after = sys.getsizeof(firsts._hashes) + sys.getsizeof(firsts._rows)
    assert (after, after < 4_000_000) == (before, True)
