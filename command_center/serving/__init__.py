"""Service (送达) of papers: another legal act than a notice, with method, proof and effect."""
