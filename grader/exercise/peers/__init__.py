"""In: nothing; out: the folder of the peers that all exercises share; a box shows it, with an exercise's own, as `/peers`."""

from pathlib import Path

FOLDER = str(Path(__file__).parent)
