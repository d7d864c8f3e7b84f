"""The process beside the pump: masks, frames, spools, ships and explains one run."""
