"""How mini-CLIP was made: drawn animals and their captions, two towers, contrastive training, gates.

``python -m tools.mini_clip OUT`` repeats it from nothing; it needs the extra ``train``. The towers that come
with the package lie in ``eep/resources/mini_clip``, with their card and their measured gates.
"""
