"""The officer's app's look: tokens, fonts, icons and the parts that every screen is made of."""
