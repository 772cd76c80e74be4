"""Tiny instances in the layouts of the public sets, invented for tests."""

LILIM = """2\t10\t1
0\t0\t0\t0\t0\t100\t0\t0\t0
1\t3\t4\t5\t0\t50\t1\t0\t2
2\t6\t8\t-5\t0\t60\t1\t1\t0
3\t1\t1\t7\t0\t80\t1\t0\t4
4\t2\t3\t-7\t0\t90\t1\t3\t0
"""

SARTORI = """NAME: tiny-n4-1
LOCATION: Nowhere
COMMENT: invented
TYPE: PDPTW
SIZE: 5
DISTRIBUTION: random
DEPOT: random
ROUTE-TIME: 240
TIME-WINDOW: 120
CAPACITY: 10
NODES
0 16.0 108.0 0 0 240 0 0 0
1 16.1 108.1 4 0 100 5 0 3
2 16.2 108.2 6 10 110 5 0 4
3 16.3 108.3 -4 20 120 5 1 0
4 16.4 108.4 -6 30 130 5 2 0
EDGES
0 10 12 14 16
11 0 5 6 7
12 5 0 8 9
13 6 8 0 3
14 7 9 3 0
EOF
"""

SOLOMON = """TINY1

VEHICLE
NUMBER     CAPACITY
   2   10

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

   0  0  0   0   0  100  0
   1  3  4   4   0  60  1
   2  6  8   3   0  60  1
"""
