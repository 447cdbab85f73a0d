"""CartPole: a teacher that reads four words about the state, a student that senses the state itself."""
