-- A migration gets other limits while it runs: a decision that answers no question.

alter table job_decision
  drop constraint job_decision_verb_check,
  add constraint job_decision_verb_check
    check (verb in ('CANCEL', 'RESUME', 'SKIP', 'ABORT', 'APPROVE', 'LIMIT'));
