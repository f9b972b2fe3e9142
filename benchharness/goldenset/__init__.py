"""Read examples exactly as they were written, name them, and know what's wrong with them."""
