"""The member panel: one in a hundred members with all their orders, built so that the known rates hold exactly.

roles    who buys once, repeatedly or loyally in each year
dates    when loyal and repeat buyers order; their rhythm fixes the repurchase cycle and the tier cut-offs
once     when one-time buyers order; they are the slack by which quarterly and campaign rates are met
amounts  what each order costs, so that spending adds up to the company's
orders   the order list: platform, times, deposit, product
members  the member list and the monthly member report
touches  whom the team contacted, and whether they came back
"""
