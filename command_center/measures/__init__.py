"""Acts: what officers did to property, as recorded at the scene, with its defects and period."""
