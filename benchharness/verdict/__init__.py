"""From evidence and policy to findings and a verdict; pure."""
