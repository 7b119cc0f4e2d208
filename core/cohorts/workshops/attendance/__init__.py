"""Having been there: by the code of the day, or by catching up."""
