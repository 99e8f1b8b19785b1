"""Build with setuptools; the version comes from the package's own _version.py."""

import runpy
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = runpy.run_path(str(HERE / "oauth2" / "_version.py"))["__version__"]

# The environment py39-lowest of tox.ini runs the tests with the lowest versions named here.
EXTRAS = {
    # 3.12.0 closes a file that has been read once.
    "aiohttp": ["aiohttp>=3.12.1"],
    "cli": [
        "click>=8.1.3",
        "filelock>=3.12",
        "keyring>=23.5",
        "platformdirs>=2.5",
        "pysocks>=1.7",
        "rich>=13",
        "urllib3>=2",
    ],
    "django": ["django>=4.2"],
    "djangorestframework": ["djangorestframework>=3.15", "django>=4.2"],
    "docs": ["furo>=2024.8.6", "myst-parser>=3", "sphinx>=7.4", "sphinx-design>=0.6"],
    "fastapi": ["fastapi>=0.115"],
    "flask": ["flask>=3"],
    "httpx": ["httpx>=0.26"],
    # It does not install on an older Python.
    "httpx2": ["httpx2>=2.0; python_version >= '3.11'"],
    "proxy": ["pysocks>=1.7"],
    "redis": ["redis>=5.0.1"],
    "requests": ["requests>=2.32.3"],
    "rsa": ["cryptography>=41"],
    "sandbox": ["flask>=3", "sqlalchemy>=2"],
    "sql": ["sqlalchemy>=2"],
    "test": [
        "aiosmtpd>=1.4.4",
        "coverage[toml]>=7.10",
        "hypothesis>=6.100",
        "oauthlib>=3.2.2",
        "pytest>=8.4",
        "requests-oauthlib>=1.3.1",
    ],
}
EXTRAS["dev"] = [
    *(requirement for extra in sorted(EXTRAS) for requirement in EXTRAS[extra]),
    "aiosqlite>=0.17",
    "asyncpg>=0.27",
    "authlib>=1.3",
    "build>=1",
    "greenlet>=2",
    "gunicorn>=21.2",
    "httptools>=0.5",
    "keyrings.alt>=4.2",
    "mypy>=1.19",
    "niquests>=3.5",
    "pexpect>=4.9",
    "pg8000>=1.29.3",
    "psycopg[binary]>=3.1.8",
    "pyjwt>=2.8",
    "pymysql>=1",
    "python-multipart>=0.0.9",
    "ruff>=0.15",
    "selenium>=4.20",
    "starlette>=1.7; python_version >= '3.11'",
    "uvicorn>=0.20",
    "waitress>=3.0",
    "types-Authlib",
    "types-PySocks",
    "types-httplib2>=0.22",
    "types-oauthlib",
    "types-requests-oauthlib",
]

setup(
    name="oauth2",
    version=VERSION,
    description="OAuth 1.0a (not 2.0): sign, send and verify requests, by RFC 5849",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The oauth2 maintainers",
    license="MIT",
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.9",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Internet :: WWW/HTTP",
        "Topic :: Security :: Cryptography",
        "Typing :: Typed",
    ],
    keywords="oauth oauth1 oauth1.0a rfc5849 signature httplib2",
    packages=find_packages(include=["oauth2", "oauth2.*"]),
    package_data={
        "oauth2": ["py.typed"],
        "oauth2.sandbox": ["templates/*"],
        "oauth2.services": ["services.json"],
    },
    entry_points={"console_scripts": ["oauth2 = oauth2.__main__:main"]},
    python_requires=">=3.9",
    install_requires=["httplib2>=0.32"],
    extras_require=EXTRAS,
)
