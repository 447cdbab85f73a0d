"""Encounter: one meets an animal and comes closer or goes away; the teacher reads, the student sees and senses."""
