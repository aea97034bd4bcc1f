"""What is kept in DynamoDB, one module for each kind of item."""
