"""Form fields that several views share."""
