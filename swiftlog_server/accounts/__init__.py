"""Who may do what: users, tokens, principals, memberships and roles."""
