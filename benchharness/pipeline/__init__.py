"""Join the stages: the only place that knows them all. `running.py` is the story on one screen."""
