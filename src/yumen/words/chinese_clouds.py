"""What the gateway says of Bedrock's and Vertex's upstreams, in Chinese."""

from __future__ import annotations

CLOUDS = {
    "upstream {name}: AWS credentials need an extra: pip install 'yumen[aws]'": (
        "上游 {name}：使用 AWS 凭据需要安装附加依赖：pip install 'yumen[aws]'"
    ),
    "upstream {name}: Google's credentials need an extra: pip install 'yumen[google]'": (
        "上游 {name}：使用 Google 凭据需要安装附加依赖：pip install 'yumen[google]'"
    ),
}
