"""What a month costs: what one run of each function uses, as measured, times its runs, times AWS's prices."""
