"""Drawing a round: who may be matched, a proposal to approve or redo, and sending it."""
