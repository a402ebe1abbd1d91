// Loaded into every child that runChild starts: a parent killed outright cannot hand a signal on, but its channel closes.
if (process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel alone must not keep the child alive.
  process.channel?.unref();
}
