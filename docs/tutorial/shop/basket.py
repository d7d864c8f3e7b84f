"""A basket of things to buy. It has a bug, which its tests find."""


class Basket:
    def __init__(self):
        self.prices = []

    def add(self, price, count=1):
        self.prices.extend([price] * count)

    def total(self, discount=0):
        """The sum of all prices, less *discount* percent."""
        return round(sum(self.prices) * discount / 100, 2)
