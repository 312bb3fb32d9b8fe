"""Models beside each other on the same text: contenders, measures with intervals, reports."""
