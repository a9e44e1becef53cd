-- What still waits for its first answer has its first promise. What was answered has forgotten it, and says none.
UPDATE tickets SET answer_due_at = promised_at WHERE first_response_at IS NULL;
