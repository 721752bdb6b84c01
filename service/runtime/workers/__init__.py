"""Who answers: threads of this process and helper processes, behind a limited queue."""
