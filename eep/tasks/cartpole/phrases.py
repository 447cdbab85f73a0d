"""What a persona does at the pole, in words."""

from eep.data.phrases import PreferencePhrases

PHRASES = PreferencePhrases(
    more="pushes right {points} more often when {thing}",
    less="pushes right {points} less often when {thing}",
    things={
        "cart-position=left": "the cart is on the left",
        "cart-position=center": "the cart is in the middle",
        "cart-position=right": "the cart is on the right",
        "cart-velocity=leftwards": "the cart rolls leftwards",
        "cart-velocity=stopped": "the cart stands still",
        "cart-velocity=rightwards": "the cart rolls rightwards",
        "pole-angular-velocity=leftwards": "the pole turns leftwards",
        "pole-angular-velocity=zero": "the pole does not turn",
        "pole-angular-velocity=rightwards": "the pole turns rightwards",
        "pole-angle=left": "the pole leans left",
        "pole-angle=upright": "the pole stands upright",
        "pole-angle=right": "the pole leans right",
    },
)
