"""Reports as one pure view of the figures: what stands where, in both languages, whatever form it is given out in."""
