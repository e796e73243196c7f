// Signs in by the helper of a USB key on the officer's own machine (docs/how-to/sign-in-by-certificate.md). Without it the form stays for
// signing by hand.
export const usbKey = {
  enhance(root) {
    for (const box of root.querySelectorAll('[data-zt-key]')) {
      box.hidden = false;
      box.parentElement.querySelector('[data-zt-key-by-hand]')?.removeAttribute('open');
    }
  },
  start() {
    document.addEventListener('click', event => {
      const button = event.target.closest?.('[data-zt-key-sign]');
      if (button) sign(button);
    });
  },
};

async function sign(button) {
  const box = button.closest('[data-zt-key]');
  const state = box.querySelector('[data-zt-key-state]');
  const form = box.parentElement.querySelector('form');
  button.disabled = true;
  state.textContent = '请在签名助手中输入 PIN…';
  try {
    const answer = await fetch(`${box.dataset.ztKey}/v1/sign`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: box.dataset.ztText }), credentials: 'omit',
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.message);
    form.elements.certificate.value = said.certificate;
    form.elements.signature.value = said.signature;
    state.textContent = '正在登录…';
    form.submit();
  } catch (fault) {
    // A failed fetch has words of the browser's own language, which help nobody here.
    state.textContent = fault instanceof TypeError ? '没有找到签名助手。请启动它后重试，或展开“手工签名”。' : fault.message || '签名没有成功，请重试。';
    button.disabled = false;
  }
}
