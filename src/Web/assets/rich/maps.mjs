import { LngLatBounds, Map, Marker, NavigationControl, Popup, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import './maps.css';

// Place names are drawn by the reader's own fonts: no glyph server is asked.
export function mount(element) {
  const data = JSON.parse(element.dataset.map);
  setWorkerUrl(new URL(element.dataset.worker, location.href).href);
  const canvas = element.querySelector('.zt-map-canvas');
  canvas.hidden = false;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', `${data.title}（地图，可用方向键移动，加减键缩放）`);
  const look = getComputedStyle(element);
  const colour = name => look.getPropertyValue(name).trim();

  const style = { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': colour('--zt-map-ground') } }] };
  if (data.tiles) {
    style.sources.tiles = { type: 'raster', tiles: [new URL(data.tiles, location.href).href.replace(/%7B/gi, '{').replace(/%7D/gi, '}')], tileSize: 256 };
    style.layers.push({ id: 'tiles', type: 'raster', source: 'tiles' });
  }
  if (data.shapes) {
    style.sources.shapes = { type: 'geojson', data: new URL(data.shapes, location.href).href };
    style.layers.push(
      { id: 'areas', type: 'fill', source: 'shapes', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': scale(colour), 'fill-opacity': data.tiles ? 0.35 : 0.75 } },
      { id: 'outlines', type: 'line', source: 'shapes', paint: { 'line-color': colour('--zt-map-line'), 'line-width': 1.2 } });
  }
  const map = new Map({
    container: canvas, style, center: data.center ?? [112.5, 32], zoom: data.zoom ?? 3.4, attributionControl: false,
    locale: { 'NavigationControl.ZoomIn': '放大', 'NavigationControl.ZoomOut': '缩小', 'NavigationControl.ResetBearing': '转正', 'Popup.Close': '关闭' },
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.dragRotate.disable();
  map.touchZoomRotate.disableRotation();

  for (const point of data.points) {
    const marker = new Marker({ color: colour(`--zt-${point.tone}`) || colour('--zt-info') }).setLngLat([point.lng, point.lat]).setPopup(popup(point)).addTo(map);
    const pin = marker.getElement();
    pin.setAttribute('tabindex', '0');
    pin.setAttribute('role', 'button');
    pin.setAttribute('aria-label', point.title);
  }
  if (data.points.length > 0 && !data.center) {
    const bounds = new LngLatBounds();
    for (const point of data.points) bounds.extend([point.lng, point.lat]);
    map.fitBounds(bounds, { padding: 56, maxZoom: 14, animate: false });
  }
  if (data.shapes) hover(map);
  if (data.picksInto) pick(map, data.picksInto);
}

// One hue from pale to full by `value`; without values all areas look the same.
function scale(colour) {
  return ['case', ['has', 'value'],
    ['interpolate', ['linear'], ['to-number', ['get', 'value'], 0], 0, colour('--zt-map-low'), 100, colour('--zt-map-high')],
    colour('--zt-map-area')];
}

function popup(point) {
  const box = document.createElement('div');
  const title = document.createElement(point.href ? 'a' : 'strong');
  if (point.href) title.href = point.href;
  title.textContent = point.title;
  box.append(title);
  if (point.text) box.append(Object.assign(document.createElement('p'), { textContent: point.text }));
  return new Popup({ offset: 32 }).setDOMContent(box);
}

function hover(map) {
  const tip = new Popup({ closeButton: false, closeOnClick: false });
  map.on('mousemove', 'areas', event => {
    const { name, value, text } = event.features[0].properties;
    if (name) tip.setLngLat(event.lngLat).setText([name, text ?? value].filter(v => v !== undefined).join('：')).addTo(map);
  });
  map.on('mouseleave', 'areas', () => tip.remove());
}

function pick(map, id) {
  const input = document.getElementById(id);
  if (!input) return;
  const marker = new Marker({ draggable: true });
  const set = place => {
    marker.setLngLat(place).addTo(map);
    input.value = `${place.lng.toFixed(6)},${place.lat.toFixed(6)}`;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const [lng, lat] = input.value.split(',').map(Number);
  if (Number.isFinite(lng) && Number.isFinite(lat) && input.value.includes(',')) {
    set({ lng, lat });
    map.jumpTo({ center: [lng, lat], zoom: 14 });
  }
  map.on('click', event => set(event.lngLat));
  marker.on('dragend', () => set(marker.getLngLat()));
}
