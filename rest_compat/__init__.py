"""The REST operations of the Customer Segment Service.

They parse a request, call the resolvers, and render the response.
"""
