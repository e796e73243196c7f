// A running job's page asks itself again and takes its own box from the answer.
export const poll = {
  enhance(root) {
    for (const job of root.querySelectorAll('[data-poll]')) plan(job);
  },
};

function plan(job) {
  setTimeout(async () => {
    if (!job.isConnected) return;
    if (document.hidden) {
      plan(job);
      return;
    }
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.querySelector('.zt-job');
      if (!fresh) {
        location.reload();
        return;
      }
      job.replaceWith(fresh);
      // The end changes more than the bar: results, buttons, tags.
      if (fresh.hasAttribute('data-poll')) plan(fresh);
      else location.reload();
    } catch {
      plan(job);
    }
  }, 1000 * Number(job.dataset.poll));
}
