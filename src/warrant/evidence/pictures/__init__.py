"""Pictures of what was claimed and proved, as shapes that the report's template writes; no verdict rests on them.

Those of images and of data are in the modules ``image`` and ``against``, which need NumPy.
"""

from warrant.evidence.pictures.inputs import Panel, histogram, in_order, states
from warrant.evidence.pictures.regions import plan, tree
from warrant.evidence.pictures.shapes import Picture, Shape

__all__ = ["Panel", "Picture", "Shape", "histogram", "in_order", "plan", "states", "tree"]
