"""Commands that measure; they print medians and ratios, and assert nothing."""
