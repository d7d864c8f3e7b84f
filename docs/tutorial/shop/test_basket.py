import sys
import unittest

from basket import Basket


class BasketTest(unittest.TestCase):
    def setUp(self):
        print(f"preparing {self.id()}")

    def test_an_empty_basket_costs_nothing(self):
        self.assertEqual(Basket().total(), 0)

    def test_the_same_thing_can_be_added_twice(self):
        basket = Basket()
        basket.add(2.50, count=2)
        self.assertEqual(len(basket.prices), 2)

    def test_a_discount_is_taken_off_the_sum(self):
        basket = Basket()
        basket.add(10.00)
        basket.add(5.00, count=2)
        print("warning: prices are not in any currency", file=sys.stderr)
        self.assertEqual(basket.total(discount=10), 18.00)


if __name__ == "__main__":
    unittest.main()
