"""Asked openly: a question that can be answered with yes or no is offered back, better."""
