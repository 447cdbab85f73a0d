"""Demonstrations as datasets: tables, Minari, a folder for the Hub with Croissant metadata; and recordings that come in."""
