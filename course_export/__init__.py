"""Write the ten courses as OLX archives: programme and content in, reproducible ``.tar.gz`` out."""


class ExportError(Exception):
    """Something given to the exporter is wrong; the message names the file, the place and the reason."""
