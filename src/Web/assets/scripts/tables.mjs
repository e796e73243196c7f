// Tables: rows to click, arrow keys and x, a bar that tells how many are chosen.
export const tables = {
  start() {
    document.addEventListener('change', event => {
      const table = event.target.closest?.('table[data-table]');
      if (!table || event.target.type !== 'checkbox') return;
      if (event.target.matches('[data-check-all]')) for (const box of boxes(table)) box.checked = event.target.checked;
      tell(table);
    });
    document.addEventListener('click', event => {
      const row = event.target.closest?.('table[data-table] tr[data-href]');
      if (!row || event.target.closest('a, button, input, label, summary, select') || String(getSelection())) return;
      const link = row.querySelector('th a[href]');
      if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
      else if (link) link.click();
    });
    document.addEventListener('keydown', event => {
      const region = event.target.closest?.('.zt-table-box');
      if (!region || event.target.matches('input:not([type=checkbox]), select, textarea') || event.ctrlKey || event.altKey || event.metaKey) return;
      const rows = [...region.querySelectorAll('tbody tr')];
      const at = rows.indexOf(region.querySelector('tr.zt-row-now'));
      const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
      if (step) {
        event.preventDefault();
        go(rows, at, Math.min(rows.length - 1, Math.max(0, at + step)));
      } else if (event.key === 'x' && at >= 0) {
        const box = rows[at].querySelector('.zt-check input');
        if (box) box.click();
      } else if (event.key === 'Enter' && at >= 0 && event.target === region) {
        rows[at].querySelector('th a')?.click();
      }
    });
  },

  enhance(root) {
    for (const table of root.querySelectorAll('table[data-table]')) tell(table);
  },
};

function go(rows, from, to) {
  rows[from]?.classList.remove('zt-row-now');
  rows[to].classList.add('zt-row-now');
  rows[to].scrollIntoView({ block: 'nearest' });
}

function boxes(table) {
  return [...table.querySelectorAll('tbody .zt-check input')];
}

function tell(table) {
  const all = table.querySelector('[data-check-all]');
  if (!all) return;
  const list = boxes(table);
  const chosen = list.filter(b => b.checked);
  all.checked = chosen.length > 0 && chosen.length === list.length;
  all.indeterminate = chosen.length > 0 && chosen.length < list.length;
  for (const box of list) box.closest('tr').classList.toggle('zt-row-chosen', box.checked);
  const bar = document.getElementById(all.getAttribute('form'));
  if (!bar) return;
  bar.toggleAttribute('data-active', chosen.length > 0);
  bar.querySelector('[data-bulk-count]').textContent = chosen.length > 0 ? `已选 ${chosen.length} 条` : '勾选后可批量办理';
}
