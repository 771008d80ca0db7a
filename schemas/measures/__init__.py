"""What measures are and must say: kinds, property, people, fields, and the forms of the field."""
