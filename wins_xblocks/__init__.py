"""Professional certification on Open edX for the WINS Academy."""

__version__ = "0.1.0"
