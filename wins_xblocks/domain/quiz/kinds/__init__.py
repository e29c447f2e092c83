"""Kinds of questions. A later one (hotspot, ordering, gap fill) is a module here and a line below."""

from collections.abc import Mapping

from .kind import Kind
from .matching import Matching
from .multiple import Multiple
from .numeric import Numeric
from .single import Single
from .truefalse import TrueFalse

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (Single(), Multiple(), TrueFalse(), Matching(), Numeric())}
