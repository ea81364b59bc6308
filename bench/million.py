"""The same work as prep_data and train, as a plain scikit-learn script: python3 million.py rows.csv"""
import resource
import sys

import numpy
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

data = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
X, y = data[:, :-1], data[:, -1]
X = (X - X.mean(axis=0)) / X.std(axis=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
predicted = LinearRegression().fit(X_train, y_train).predict(X_test)
print(mean_squared_error(y_test, predicted), r2_score(y_test, predicted))
unit = 1024 if sys.platform == "darwin" else 1
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit, file=sys.stderr)
