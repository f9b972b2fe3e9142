"""Prices, volume, total cost of ownership and crossover; pure arithmetic on ranges."""
