// Files: size is checked before sending, and sending shows how far it is.
export const uploads = {
  start(enhance) {
    document.addEventListener('change', event => {
      if (event.target.matches('input[type=file][data-upload]')) check(event.target);
    });
    document.addEventListener('submit', event => {
      const form = event.target;
      const files = [...form.querySelectorAll('input[type=file]')].flatMap(i => [...i.files]);
      if (event.defaultPrevented || files.reduce((sum, f) => sum + f.size, 0) < 512 * 1024) return;
      event.preventDefault();
      send(form, event.submitter, enhance);
    });
  },
};

function check(input) {
  const max = Number(input.dataset.maxBytes || Infinity);
  const large = [...input.files].find(f => f.size > max);
  input.setCustomValidity(large ? `“${large.name}”超过 ${Math.floor(max / 1024 / 1024 * 10) / 10} MB，请压缩后再选` : '');
  input.reportValidity();
}

function send(form, submitter, enhance) {
  const bar = document.createElement('div');
  bar.className = 'zt-upload';
  bar.innerHTML = '<span role="status">正在上传…</span><progress max="100"></progress><button class="btn btn-sm" type="button">取消</button>';
  (submitter?.closest('.zt-buttons') ?? form).after(bar);
  const request = new XMLHttpRequest();
  const started = performance.now();
  request.upload.onprogress = event => {
    if (!event.lengthComputable) return;
    bar.querySelector('progress').value = 100 * event.loaded / event.total;
    const rate = event.loaded / (performance.now() - started) * 1000;
    const left = Math.ceil((event.total - event.loaded) / rate);
    bar.querySelector('span').textContent = event.loaded === event.total
      ? '上传完成，正在处理…' : `已上传 ${Math.round(100 * event.loaded / event.total)}%，约剩 ${left} 秒`;
  };
  request.onload = () => show(request.responseText, request.responseURL, enhance);
  request.onerror = () => {
    bar.querySelector('span').textContent = '上传失败，请检查网络后重试';
    delete form.dataset.sent;
  };
  bar.querySelector('button').onclick = () => {
    request.abort();
    bar.remove();
    delete form.dataset.sent;
    submitter?.removeAttribute('aria-busy');
  };
  request.open('POST', submitter?.getAttribute('formaction') || form.action);
  request.setRequestHeader('Accept', 'text/html');
  request.send(new FormData(form, submitter));
}

// The answer was already fetched, after any redirect: it is shown as it is, since asking again would lose its message.
function show(html, url, enhance) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  document.title = page.title;
  document.body.replaceWith(page.body);
  history.pushState({ htmx: true }, '', url);
  enhance(document);
  window.scrollTo(0, 0);
}
