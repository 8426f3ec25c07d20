# -*- nothing is said of the encoding -*-
print("done")  # grün
