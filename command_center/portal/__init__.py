"""The parties' face: it renders disclosure documents and holds nothing else."""
