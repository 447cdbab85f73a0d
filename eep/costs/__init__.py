"""What asking costs: prices, caps, forecasts and how they are told."""
