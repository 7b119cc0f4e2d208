"""What a person hears about their cohorts, takes along from them, and erases."""
