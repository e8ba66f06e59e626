-- By which ended flows are deleted. Without it every replica reads all flows every few seconds.
CREATE INDEX flows_ended ON flows (ended_at) WHERE ended_at IS NOT NULL;
