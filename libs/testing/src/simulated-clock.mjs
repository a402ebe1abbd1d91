// Loaded into servers whose clock a test sets: time goes on from what they are told over the channel to their parent.
const RealDate = Date;
let offset = 0;

globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offset);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + offset;
  }
};

process.on('message', (message) => {
  if (typeof message?.clock !== 'number') return;
  offset = message.clock * 1000 - RealDate.now();
  process.send?.({ clock: message.clock });
});
// The channel alone must not keep the server alive.
process.channel?.unref();
